/** Runs seeds, and makes the trace of a failing one as short as it can. */
import { CLIENT_SABOTAGE } from './sabotage'
import type { ClientSabotage } from './sabotage'
import type { Server } from './server'
import { plan, Violation, World } from './world'
import type { Action } from './world'

export interface Failure {
  seed: number
  rule: string
  message: string
  actions: number
  trace: string[]
}

export function isClientSabotage(name: string | null): name is ClientSabotage {
  return name !== null && name in CLIENT_SABOTAGE
}

/** null when nothing was violated. */
export async function runSeed(
  server: Server, seed: number, steps: number, sabotage: ClientSabotage | null, focus: readonly string[] = [],
): Promise<Failure | null> {
  const { actions, quirks } = plan(seed, steps, focus)
  return attempt(server, seed, actions, quirks, sabotage)
}

async function attempt(
  server: Server, seed: number, actions: Action[], quirks: ReturnType<typeof plan>['quirks'], sabotage: ClientSabotage | null,
): Promise<Failure | null> {
  const world = new World(server, sabotage)
  try {
    await world.run(seed, actions, quirks)
    return null
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    return { seed, rule: error.rule, message: error.message, actions: actions.length, trace: world.trace }
  }
}

/** Takes actions away, half at a time and then ever fewer, as long as the same rule still breaks. */
export async function shrink(
  server: Server, failure: Failure, steps: number, sabotage: ClientSabotage | null, focus: readonly string[], tries: number,
): Promise<Failure> {
  const { actions, quirks } = plan(failure.seed, steps, focus)
  let best = actions
  let found = failure
  let left = tries
  for (let size = Math.ceil(best.length / 2); size >= 1 && left > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let at = 0; at < best.length && left > 0; ) {
      left -= 1
      const fewer = [...best.slice(0, at), ...best.slice(at + size)]
      const again = await attempt(server, failure.seed, fewer, quirks, sabotage)
      if (again?.rule === failure.rule) {
        best = fewer
        found = again
      } else at += size
    }
  }
  return found
}
