import type { Plugin } from 'vite'

/**
 * What a phone keeps must not need what it does not keep: such a part would come from the network, or from what
 * the browser happens to remember, and an app opened in a stairwell would stay blank. The build ends with a sentence.
 */
export function phoneParts(left: (fileName: string) => boolean): Plugin {
  return {
    name: 'linli-phone-parts',
    generateBundle(_options, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== 'chunk' || left(part.fileName)) continue
        const missing = part.imports.filter(left)
        if (missing.length) this.error(`${part.fileName} is kept on the phone and needs ${missing.join(', ')}, which is not`)
      }
    },
  }
}
