/** Collects what every feature offers: adding `src/features/<name>/routes.ts` is all it takes. */
import type { Feature, NavEntry } from './routes'

const found = import.meta.glob<{ default: Feature }>('../features/*/routes.ts', { eager: true })
const features = Object.values(found).map((file) => file.default)

export const featureRoutes = features.flatMap((feature) => feature.routes)
export const navEntries: readonly NavEntry[] = features.flatMap((feature) => feature.nav ?? []).sort((a, b) => a.order - b.order)
