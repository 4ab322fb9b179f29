/** Writes a brotli and a gzip copy beside every file of the build, so that the server compresses nothing itself. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|html|svg|json|webmanifest|wasm)$/
const WORTH_IT = 600

export function compress(folder: string): Plugin {
  return {
    name: 'linli:compress',
    apply: 'build',
    closeBundle: {
      order: 'post',
      sequential: true,
      handler() {
        for (const file of filesBelow(folder)) {
          if (!TEXT.test(file) || statSync(file).size < WORTH_IT) continue
          const plain = readFileSync(file)
          writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }))
          writeFileSync(
            `${file}.br`,
            brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
          )
        }
      },
    },
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
