/** The numbers beside the side bar's words, right from the first page on: one small question at each desk page. */
import { api } from '@/api/client'

/** What somebody should look at soon. */
const RED = new Set(['attention', 'messages', 'duty_reports'])

export async function fillCounts(): Promise<void> {
  try {
    const [{ data }, { setNavCount }] = await Promise.all([api.GET('/api/v1/reports/waiting'), import('@/ui/desk/counts')])
    for (const key of ['tasks', 'concerns', 'attention', 'messages', 'duty_reports', 'patrols'] as const) {
      const n = data?.[key]
      if (typeof n === 'number') setNavCount(key, n, RED.has(key))
    }
  } catch { /* without a network the words stand alone */ }
}
