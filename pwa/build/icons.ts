/** Turns `icon:home` into a tiny render function made from the Tabler outline SVG, so no icon font, no innerHTML and no unused icon is shipped. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const require = createRequire(import.meta.url)

export function icons(): Plugin {
  return {
    name: 'linli-icons',
    enforce: 'pre',
    resolveId(id) {
      return id.startsWith('icon:') ? `\0${id}` : null
    },
    load(id) {
      if (!id.startsWith('\0icon:')) return null
      const name = id.slice('\0icon:'.length)
      if (!/^[a-z0-9-]+$/.test(name)) this.error(`not an icon name: ${name}`)
      const svg = readFileSync(require.resolve(`@tabler/icons/outline/${name}.svg`), 'utf8')
      const paths = [...svg.matchAll(/<path d="([^"]+)"/g)].map((m) => m[1])
      if (paths.length === 0) this.error(`icon ${name} has no outline path`)
      return `import { drawIcon } from '@/ui/drawIcon'\nexport default drawIcon(${JSON.stringify(paths)})\n`
    },
  }
}
