/** Work that can wait until the picture is on the screen. */

/** Runs when the phone has a moment, or soon; Safari has no idle callback. Returns how to call it off. */
export function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const id = requestIdleCallback(work, { timeout: 400 })
    return () => cancelIdleCallback(id)
  }
  const id = setTimeout(work, 60)
  return () => clearTimeout(id)
}

/** Resolves when what was just drawn is on the screen; at once in a page nobody sees. */
export function afterPicture(): Promise<void> {
  return new Promise((done) => {
    if (document.visibilityState === 'hidden') return done()
    requestAnimationFrame(() => { setTimeout(done) })
  })
}
