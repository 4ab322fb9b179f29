/** The page allows one Trusted Types policy only, ours: Vue asks for none (we never hand it HTML strings), and the engine of XForms reads a form through ours. */
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

const READS = 'domParser.parseFromString(sourceXML, "text/xml")'
/** The loader of native side modules in its parser, which nothing here uses and the page's policy would refuse. */
const LOADS = 'eval(func)'

export function formsByOurPolicy(trusted: string): Plugin {
  return {
    name: 'linli-forms-by-our-policy',
    transform(code, id) {
      if (!id.includes('@getodk/xforms-engine')) return null
      if (code.split(READS).length !== 2) throw new Error('xforms-engine reads a form in another place now: look at build/trustedTypes.ts')
      return { code: `import { readForm } from ${JSON.stringify(trusted)}\n${code.replace(READS, 'readForm(sourceXML)').replaceAll(LOADS, 'void func')}`, map: null }
    },
  }
}
