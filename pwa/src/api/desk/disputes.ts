/** The official list of disputes, in its order. */
import type { components } from '../schema'

export type DisputeType = NonNullable<components['schemas']['HandIn']['dispute_type']>
export const DISPUTE_TYPES = ['marriage_family', 'neighbour', 'housing_land', 'contract', 'business', 'damages', 'forest_land', 'expropriation', 'pollution', 'labour', 'consumer', 'medical', 'traffic', 'property', 'other'] as const satisfies readonly DisputeType[]
/** Kinds of concern that say by themselves which of these a quarrel is (the server's table is with_concerns.py). */
export const PLAINLY: Readonly<Partial<Record<string, DisputeType>>> = { property_mgmt: 'property' }
