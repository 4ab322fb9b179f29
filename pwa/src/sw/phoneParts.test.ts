import { describe, expect, it } from 'vitest'
import { phoneParts } from '../../build/phoneParts'

/** What the build says to these parts: each with what it needs from its first line on. */
function build(parts: Record<string, string[]>): string | null {
  const bundle = Object.fromEntries(Object.entries(parts).map(([fileName, imports]) => [fileName, { type: 'chunk', fileName, imports }]))
  const plugin = phoneParts((name) => name.includes('/desk-')) as unknown as { generateBundle: (this: object, options: object, bundle: object) => void }
  let said: string | null = null
  plugin.generateBundle.call({ error: (words: string) => { said = words } }, {}, bundle)
  return said
}

describe('what a phone keeps', () => {
  it('needs nothing that only a desk has', () => {
    expect(build({ 'assets/start-1.js': ['assets/ui-1.js'], 'assets/desk-lists-1.js': ['assets/desk-shell-1.js'] })).toBeNull()
    expect(build({ 'assets/start-1.js': ['assets/ui-1.js', 'assets/desk-lists-1.js'] })).toContain('desk-lists-1.js')
  })
})
