/** How the consent to a child's check stands at the door, from what this phone carries and what was said here a moment ago. */
import type { ChildRow, ConsentSaid } from '@/db/queries'

export interface Standing {
  /** `renew`: somebody agreed whose word no longer suffices at this age. */
  state: 'given' | 'renew' | 'none'
  id: string | null
  givenAt: string | null
  /** Set while the yes itself has not been received: what is recorded under it follows it. */
  mutation: string | null
  speaks: 'guardian' | 'child'
}

export function standing(child: ChildRow, purpose: string, here: { given: ConsentSaid[]; takenBack: string[] }, day: string): Standing {
  const speaks = child.own_word_from !== null && day >= child.own_word_from ? 'child' : 'guardian'
  const said = here.given.filter((one) => one.child_id === child.id).map((one) => ({ ...one, mutation: one.mutation_id }))
  const all = [...said, ...child.consents.map((one) => ({ ...one, mutation: null }))]
    .filter((one) => one.purpose === purpose && !here.takenBack.includes(one.id))
  const stands = all.find((one) => one.given_by === speaks)
  if (stands) return { state: 'given', id: stands.id, givenAt: stands.given_at, mutation: stands.mutation, speaks }
  return { state: all.length ? 'renew' : 'none', id: null, givenAt: null, mutation: null, speaks }
}
