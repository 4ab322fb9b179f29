/** Keeps Vue from asking for its own Trusted Types policy: we never hand it HTML strings, and the page allows one policy only. */
import type { Plugin } from 'vite'

const ASKS = /typeof window !== ["']undefined["'] && window\.trustedTypes/

export function noVueHtmlPolicy(): Plugin {
  return {
    name: 'linli-no-vue-html-policy',
    transform(code, id) {
      if (!id.includes('runtime-dom') || !ASKS.test(code)) return null
      return { code: code.replace(ASKS, 'void 0'), map: null }
    },
  }
}
