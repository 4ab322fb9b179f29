/** The page's only Trusted Types policy: addresses of our own worker, wasm and service worker, nothing else. */
interface Policy { createScriptURL(url: string): string }
interface Factory { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Policy }

let policy: Policy | null = null

/** Passes an address of our own origin through; throws for any other. */
export function ownScript(url: string): string {
  policy ??= make()
  return policy.createScriptURL(url)
}
function make(): Policy {
  const rules = { createScriptURL: own }
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
  return factory ? factory.createPolicy('linli', rules) : rules
}
function own(url: string): string {
  const full = new URL(url, location.origin)
  const ours = full.origin === location.origin && (full.pathname === '/sw.js' || full.pathname.startsWith('/assets/'))
  if (!ours && !(import.meta.env.DEV && full.origin === location.origin)) throw new TypeError('not one of our own scripts')
  return full.href
}
