/** A key with Ctrl, Alt or the command key belongs to the browser or to the frame, never to a row. */
export function withModifier(event: KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey || event.altKey
}
