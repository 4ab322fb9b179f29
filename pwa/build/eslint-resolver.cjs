/** Tells eslint what our imports point at, so that the walls between rooms can be checked: `@/x` and `./x`, .ts, .vue or a folder's index. */
const { existsSync, statSync } = require('node:fs')
const { dirname, resolve, join } = require('node:path')

const src = resolve(__dirname, '../src')
exports.interfaceVersion = 2
exports.resolve = (source, file) => {
  const clean = source.replace(/\?.*$/, '')
  const base = clean.startsWith('@/') ? join(src, clean.slice(2)) : clean.startsWith('.') ? resolve(dirname(file), clean) : null
  if (!base) return { found: false }
  for (const path of [base, `${base}.ts`, `${base}.d.ts`, `${base}.vue`, join(base, 'index.ts')]) {
    if (existsSync(path) && statSync(path).isFile()) return { found: true, path }
  }
  return { found: false }
}
