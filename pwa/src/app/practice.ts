/** Which screens there are in the practice village: the volunteer's own, and the village's page for everything else. */
import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router'
import { loadTexts } from '@/i18n'

const PLACES = new Set(['today', 'visits.scan', 'visits.household', 'visits.form', 'visits.records', 'practice', 'help', 'help.one'])

export async function admitToVillage(to: RouteLocationNormalized): Promise<RouteLocationRaw | true> {
  const [{ enter }] = await Promise.all([import('@/features/practice/world'), loadTexts(['practice', 'visits'])])
  await enter()
  return PLACES.has(String(to.name)) || { name: 'practice', replace: true }
}
