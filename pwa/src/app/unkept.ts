/** A tap whose record could not be stored: whatever screen it was on, the person is told that it is not there, and why. */
import { t } from '@/i18n'
import { toast } from '@/ui/toast'

/** By name, so that the start of the app does not wait for the store. */
const WHY: Readonly<Record<string, string>> = { NoRoom: 'no_room', StoreTakenOver: 'taken_over' }

/** False when it is something else. */
export function unkept(thrown: unknown): boolean {
  const why = thrown instanceof Error ? WHY[thrown.name] : undefined
  if (why) toast(t(`core.unkept.${why}`))
  return why !== undefined
}
