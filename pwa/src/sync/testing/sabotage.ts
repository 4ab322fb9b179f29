/**
 * Protections of the client, each of which can be taken out of a simulated phone (never of
 * the product: these live in the simulator's phone, around the engine) to see that some
 * invariant notices within a hundred seeds.
 */
import type { ServerSabotage } from './server'

export const CLIENT_SABOTAGE = {
  any_200: 'believes whatever came with status 200',
  deleted_before_answer: 'drops entries from the outbox when they are sent, not when the verdict came',
  no_archive: 'keeps nothing of what the server has confirmed',
  cursor_before_rows: 'writes the cursor in a transaction of its own, before the rows',
  scope_drop_ignored: 'does not act on a withdrawn household',
  no_digest: 'trusts the stream alone and never compares the scope digest',
  memory_before_disk: 'believes its own memory although the disk refused',
  retry_is_final: 'takes "try again" for a final verdict',
  epoch_ignored: 'goes on after a restore without handing in its archive',
  gives_up: 'throws an entry away after three tries',
  deleted_at_export: 'drops entries from the outbox when they are handed to a carrier',
  undo_after_export: 'lets an entry be taken back that a carrier already has',
  no_lease: 'goes on reading what was pulled, however long the server was silent',
  no_turns: 'lets a tab that is no longer the sender finish writing what it had under way',
  no_tab_lock: 'lets every open tab of a phone send',
  rejected_is_forgotten: 'stops showing an entry once the committee has refused it',
} as const
export type ClientSabotage = keyof typeof CLIENT_SABOTAGE

export const SERVER_SABOTAGE: Record<ServerSabotage, string> = {
  no_ledger: 'does not remember which entries it has seen',
  seq_is_key: 'takes the device counter for the identity of an entry',
  two_transactions: 'commits the effect before the ledger row',
  no_scope_drop: 'does not tell the phone that a household was withdrawn',
  no_quarantine: 'refuses an entry without keeping it',
  no_savepoint: 'lets one bad entry take its whole batch down',
  same_epoch: 'is restored from a backup without saying so',
  plain_sequence: 'gives change numbers that can become visible out of order',
  backed_up_too_early: 'lets phones forget what was received, whether a backup holds it or not',
  numbers_of_another_history: 'tells phones after a restore the present numbers, not what of their own history is left',
  verdict_without_effect: 'confirms entries it has not stored',
  unsigned_accepted: 'takes a carried file that the phone has not signed',
}
