/**
 * The guided first visit and the drill without a signal, one sentence at a time. A sentence gives way to the next when
 * the person did it, never to a clock; on another screen it says how to come back.
 */
export type Part = 'visit' | 'drill'

export interface Facts {
  /** Name of the screen that is open. */
  screen: string
  /** Visits recorded in the village so far. */
  recorded: number
  signal: boolean
}

export interface Guide {
  part: Part
  step: number
  /** Visits recorded when this part began. */
  base: number
}

interface Step {
  id: string
  /** Screens on which it can be done; left out where it can be done anywhere. */
  at?: readonly string[]
  done: (facts: Facts, base: number) => boolean
}

const [TODAY, SCAN, HOME, FORM, RECORDS] = ['today', 'visits.scan', 'visits.household', 'visits.form', 'visits.records'] as const
const on = (...screens: string[]) => ({ screen }: Facts): boolean => screens.includes(screen)
const recorded = (facts: Facts, base: number): boolean => facts.recorded > base
const never = (): boolean => false

export const STEPS: Readonly<Record<Part, readonly Step[]>> = {
  visit: [
    { id: 'scan', at: [TODAY], done: on(SCAN, HOME, FORM) },
    { id: 'code', at: [SCAN], done: on(HOME, FORM) },
    { id: 'card', at: [HOME], done: (facts, base) => on(FORM)(facts) || recorded(facts, base) },
    { id: 'form', at: [FORM], done: recorded },
    { id: 'look', at: [TODAY, HOME], done: on(RECORDS) },
    { id: 'got', at: [RECORDS], done: never },
  ],
  drill: [
    { id: 'off', done: ({ signal }) => !signal },
    { id: 'go', at: [TODAY], done: on(HOME) },
    { id: 'knock', at: [HOME], done: recorded },
    { id: 'kept', at: [TODAY, HOME], done: on(RECORDS) },
    { id: 'on', at: [RECORDS], done: ({ signal }) => signal },
    { id: 'sent', at: [RECORDS], done: never },
  ],
}

export function begin(part: Part, facts: Facts): Guide {
  return { part, step: 0, base: facts.recorded }
}

/** Where the person is now: on by what was done, back to the door when the record was taken back. */
export function go(guide: Guide, facts: Facts): Guide {
  const steps = STEPS[guide.part]
  const records = steps.findIndex(({ done }) => done === recorded)
  let step = guide.step > records && !recorded(facts, guide.base) ? records - 1 : guide.step
  while (steps[step]?.done(facts, guide.base)) step += 1
  return step === guide.step ? guide : { ...guide, step }
}

/** Which sentence to say here: the step's own, an earlier one that leads to it from this screen, or how to come back. */
export function says({ part, step }: Guide, screen: string): string {
  return STEPS[part].findLast(({ at }, n) => n <= step && (at ? at.includes(screen) : n === step))?.id ?? 'away'
}

export const isLast = ({ part, step }: Guide): boolean => step === STEPS[part].length - 1
