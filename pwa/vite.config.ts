import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { VitePWA } from 'vite-plugin-pwa'
import { defineConfig } from 'vitest/config'
import { compress } from './build/compress.ts'
import { icons } from './build/icons.ts'
import { withHashes } from './build/integrity.ts'
import { phoneParts } from './build/phoneParts.ts'
import { formsByOurPolicy, noVueHtmlPolicy } from './build/trustedTypes.ts'

const src = fileURLToPath(new URL('./src', import.meta.url))
const version = process.env.npm_package_version ?? '0.0.0'

export default defineConfig(({ mode }) => ({
  define: { __APP_VERSION__: JSON.stringify(version) },
  resolve: { alias: { '@': src } },
  plugins: [
    icons(),
    noVueHtmlPolicy(),
    formsByOurPolicy(`${src}/device/trusted.ts`),
    // Hoisting would turn long static markup into an HTML string, which the page's Trusted Types rule refuses.
    vue({ template: { compilerOptions: { hoistStatic: false, comments: false } } }),
    mode !== 'tools' && phoneParts((name) => name.includes('/desk-')),
    mode !== 'tools' &&
      VitePWA({
        strategies: 'injectManifest',
        srcDir: 'src/sw',
        filename: 'sw.ts',
        injectRegister: false,
        manifest: false,
        injectManifest: {
          globPatterns: ['**/*.{js,css,html,svg,png,webmanifest,wasm}'],
          // Committee pages are used online at a desk; a phone should not spend its data on them.
          globIgnores: ['**/desk-*', '**/sw.js', '**/sw-off.js', 'icons/screenshot-*'],
          maximumFileSizeToCacheInBytes: 3_000_000,
          manifestTransforms: [withHashes(fileURLToPath(new URL('./dist', import.meta.url)))],
        },
      }),
    mode !== 'tools' && compress(fileURLToPath(new URL('./dist', import.meta.url))),
  ],
  worker: { format: 'es', plugins: () => [icons()] },
  build:
    mode === 'tools'
      ? {
          outDir: 'dist-tools',
          target: 'es2022',
          modulePreload: { polyfill: false },
          rollupOptions: { input: { decode: 'tools/decode.html', states: 'tools/states.html' } },
        }
      : {
          outDir: 'dist',
          target: 'es2022',
          assetsInlineLimit: 0,
          modulePreload: { polyfill: false },
          rollupOptions: {
            output: {
              // A phone far from a mast pays for every request: what its first screen needs comes in a few files.
              codeSplitting: {
                includeDependenciesRecursively: false,
                groups: [
                  // The lock's first picture: nothing else of the app is in it.
                  { name: 'base', priority: 4, test: /node_modules\/(vue|@vue)\/|^\0(?!icon:)|^\0icon:(phone|users|backspace)$|src\/(i18n\/index|i18n\/zh\/(core|lock)|ui\/(css\/|drawIcon|brandHouse|textSize)|device\/(idle|install|practising)|app\/(App\.|parts|shut)|features\/lock\/(LockScreen|PinPad|pause))/ },
                  { name: 'sync', priority: 3, test: /src\/(sync|db)\/(?!pieces|lock\/argon2)|src\/app\/(phone|autolock|keepDraft)|node_modules\/(@hpke|canonicalize)\// },
                  { name: 'start', priority: 3, test: /node_modules\/(vue-router|openapi-fetch)\/|src\/(api(?!\/(desk|forms|consents))|app(?!\/PasswordAgain)|sw)\/|src\/features\/([^/]+\/routes|accounts\/(enter|CodeField))/ },
                  // No form is asked before the first screen; the desk reads the same ones.
                  { name: 'forms', priority: 3, test: /src\/api\/(forms|consents)\./ },
                  { name: 'api', priority: 3, test: /src\/api\/desk\// },
                  { name: parts, debugName: 'ui', priority: 2, test: /src\/ui\/(?!desk\/)|src\/device\/trusted|^\0icon:/ },
                  { name: 'visits', priority: 1, test: /src\/features\/visits\/(?!routes|desk\/|own\/xformEngine)|src\/device\/(scan\/|photo)/ },
                ],
              },
              chunkFileNames: (chunk) =>
                isDesk(chunk.moduleIds.length ? chunk.moduleIds : [chunk.facadeModuleId ?? '']) ? 'assets/desk-[name]-[hash].js' : 'assets/[name]-[hash].js',
              assetFileNames: (asset) =>
                asset.originalFileNames.some((name) => DESK.test(name)) ? 'assets/desk-[name]-[hash][extname]' : 'assets/[name]-[hash][extname]',
            },
          },
        },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'], setupFiles: [] },
}))

/** Icons of the phone's screens and of the side bar travel with the parts; the desk's stay with the desk. */
function parts(id: string, context: { getModuleInfo(id: string): { importers: readonly string[]; dynamicImporters: readonly string[] } | null }): string | null {
  if (!id.startsWith('\0icon:')) return 'ui'
  const importers = context.getModuleInfo(id)?.importers ?? []
  return importers.some((one) => !DESK.test(one)) ? 'ui' : null
}
/** What only a desk needs: the desktop shell, what several of its screens ask the server, and the screens kept in a `desk/` folder of their feature. */
const DESK = /src\/(ui|api)\/desk\/|src\/features\/[^/]+\/desk\//
const SHARED = /node_modules\/(vue|@vue|vue-router)\/|src\/(main|app|api(?!\/desk)|sync|db|device|sw)\b|src\/i18n\/index|src\/ui\/(drawIcon|index|UiButton|UiPage|textSize|dates)\./
function isDesk(ids: readonly string[]): boolean {
  return ids.some((id) => DESK.test(id)) && !ids.some((id) => SHARED.test(id))
}
