/** The page's only Trusted Types policy: addresses of our own worker, wasm and service worker, and the XML of an XForm, which is read as data. */
interface Rules { createScriptURL(url: string): string; createHTML(text: string): string }
interface Factory { createPolicy(name: string, rules: Rules): Rules }

let policy: Rules | null = null

/** Passes an address of our own origin through; throws for any other. */
export function ownScript(url: string): string {
  policy ??= make()
  return policy.createScriptURL(url)
}
/** An XForm as a document; build/trustedTypes.ts leads the engine here. XML that is parsed runs nothing. */
export function readForm(text: string): Document {
  policy ??= make()
  return new DOMParser().parseFromString(policy.createHTML(text), 'text/xml')
}
function make(): Rules {
  const rules = { createScriptURL: own, createHTML: form }
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes
  return factory ? factory.createPolicy('linli', rules) : rules
}
function form(text: string): string {
  if (!/^(<\?xml[^>]*\?>)?\s*<h:html [^>]*"http:\/\/www\.w3\.org\/2002\/xforms"/.test(text)) throw new TypeError('not a form')
  return text
}
function own(url: string): string {
  const full = new URL(url, location.origin)
  const ours = full.origin === location.origin && (full.pathname === '/sw.js' || full.pathname.startsWith('/assets/'))
  if (!ours && !(import.meta.env.DEV && full.origin === location.origin)) throw new TypeError('not one of our own scripts')
  return full.href
}
