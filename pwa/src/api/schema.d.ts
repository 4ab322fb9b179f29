/** GENERATED from server/openapi.json by `scripts/contract`. */
export type paths = Record<string, never>
export type components = Record<string, never>
