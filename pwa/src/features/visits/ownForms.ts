/** Forms a person may fill in beside the one a card names, by their role; remembered sealed on the phone, for doors without a network. The server decides. */
import { ref, watch, type Ref } from 'vue'
import { hasRole, session } from '@/api/session'
import * as sync from '@/sync'

const KEY = 'own-forms'

/** Fresh as soon as it is known who is logged in; until then what was known last. */
export function useOwnForms(): Readonly<Ref<readonly string[]>> {
  const forms = ref<readonly string[]>([])
  watch(() => session.user?.id, () => { ownForms().then((now) => { forms.value = now }, () => undefined) }, { immediate: true })
  return forms
}
async function ownForms(): Promise<string[]> {
  const kept = (await sync.loadDraft<string[]>(KEY))?.value ?? []
  if (!session.user) return kept
  const now = hasRole('child_director') ? ['F2c'] : []
  if (now.join() !== kept.join()) await (now.length ? sync.saveDraft(KEY, now) : sync.dropDraft(KEY))
  return now
}
