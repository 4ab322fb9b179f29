/**
 * A page that stayed open while the server got a new release asks for files that are gone. It starts anew at the
 * screen that was wanted: once, only when the server answers, and never under an open form.
 */
import { serverAnswers } from '@/api/client'
import { formOpen, letNewIn } from '@/sw/register'

const TRIED = 'linli.started_anew'

/** False when starting anew would not help; the page stays as it is then. */
export async function startAnew(path: string): Promise<boolean> {
  if (formOpen.value || sessionStorage.getItem(TRIED) || !(await serverAnswers())) return false
  sessionStorage.setItem(TRIED, '1')
  await letNewIn()
  location.assign(path)
  return true
}
/** A screen opened: the next missing file may start the page anew again. */
export function arrived(): void {
  sessionStorage.removeItem(TRIED)
}
