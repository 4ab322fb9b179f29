/**
 * Whether this page is the practice village. It is decided by the address for the whole life of a page: going there
 * and coming back are page loads, so that what is practised and what is real never share a memory.
 */
export const VILLAGE = '/practice'

export const practising = typeof location !== 'undefined' && new RegExp(`^${VILLAGE}(/|$)`).test(location.pathname)

/**
 * Has the browser refuse every request this page could make (fetch, beacons, sockets, forms), for as long as it lives;
 * a content policy can be added by a page and never be taken back.
 */
export function shutIn(): void {
  const rule = document.createElement('meta')
  rule.httpEquiv = 'Content-Security-Policy'
  rule.content = "connect-src 'none'; form-action 'none'"
  document.head.append(rule)
}
