/** Style, Vue's rules, and the walls between the client's rooms. */
import { fileURLToPath } from 'node:url'
import pluginVue from 'eslint-plugin-vue'
import boundaries from 'eslint-plugin-boundaries'
import { defineConfigWithVueTs, vueTsConfigs } from '@vue/eslint-config-typescript'

const resolver = fileURLToPath(new URL('./build/eslint-resolver.cjs', import.meta.url))
const element = (type) => ({ element: { type } })
const may = (from, ...to) => ({ from: element(from), allow: { to: to.map(element) } })

export default defineConfigWithVueTs(
  { ignores: ['dist/**', 'dist-tools/**', 'src/api/schema.d.ts', 'coverage/**', 'build/*.cjs'] },
  pluginVue.configs['flat/essential'],
  vueTsConfigs.strict,
  {
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only api/client.ts and sync/transport.ts call fetch.' }, ...['XMLHttpRequest', 'WebSocket', 'EventSource'].map((name) => ({ name, message: 'Use api/client.ts.' }))],
      'no-restricted-properties': ['error', { object: 'window', property: 'fetch' }, { object: 'globalThis', property: 'fetch' }, { property: 'sendBeacon' }, { property: 'innerHTML', message: 'Text nodes only.' }, { property: 'outerHTML', message: 'Text nodes only.' }, { property: 'insertAdjacentHTML', message: 'Text nodes only.' }],
      'no-eval': 'error', 'no-implied-eval': 'error', 'no-new-func': 'error',
      'vue/no-v-html': 'error',
      'vue/multi-word-component-names': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  { files: ['src/api/client.ts', 'src/sync/transport.ts', 'src/sync/transport/**', 'src/sync/uploads.ts', '**/*.test.ts'], rules: { 'no-restricted-globals': 'off', 'no-restricted-properties': 'off' } },
  { files: ['src/device/scan/worker.ts', 'tools/**'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['src/**/*.{ts,vue}'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { [resolver]: {} },
      'boundaries/elements': [
        { type: 'main', pattern: 'src/main.ts', mode: 'full' },
        { type: 'app_routes', pattern: 'src/app/routes.ts', mode: 'full' },
        { type: 'app_door', pattern: 'src/app/{phone,shut,autolock,keepDraft,unkept}.ts', mode: 'full' },
        { type: 'app', pattern: 'src/app' },
        { type: 'practice', pattern: 'src/features/practice' },
        { type: 'feature', pattern: 'src/features/*', capture: ['name'] },
        { type: 'sync_door', pattern: 'src/sync/index.ts', mode: 'full' },
        { type: 'network', pattern: 'src/sync/transport.ts', mode: 'full' },
        { type: 'sync', pattern: 'src/sync' },
        { type: 'queries', pattern: 'src/db/{queries,rows}.ts', mode: 'full' },
        { type: 'db', pattern: 'src/db' },
        { type: 'register', pattern: 'src/sw/register.ts', mode: 'full' },
        { type: 'sw', pattern: 'src/sw' },
        { type: 'api', pattern: 'src/api' },
        { type: 'ui', pattern: 'src/ui' },
        { type: 'device', pattern: 'src/device' },
        { type: 'i18n', pattern: 'src/i18n' },
      ],
    },
    rules: {
      'boundaries/dependencies': ['error', {
        default: 'disallow',
        policies: [
          may('main', 'app', 'app_door', 'device', 'i18n', 'ui'),
          may('app', 'app', 'app_routes', 'app_door', 'feature', 'practice', 'sync_door', 'queries', 'register', 'api', 'ui', 'device', 'i18n'),
          { from: element('feature'), allow: { to: [...['sync_door', 'queries', 'api', 'ui', 'device', 'i18n', 'register'].map(element), { element: { type: 'feature', captured: { name: '{{from.captured.name}}' } } }] } },
          may('feature', 'app_routes', 'app_door'),
          // What is practised has no road to the network: neither the API nor the line to the server, by any door.
          may('practice', 'practice', 'app_routes', 'sync_door', 'queries', 'ui', 'device', 'i18n'),
          may('app_routes', 'ui'),
          may('app_door', 'app_door', 'sync_door', 'queries', 'register', 'api', 'ui', 'i18n'),
          may('sync_door', 'sync', 'db', 'queries', 'i18n', 'device'),
          may('sync', 'sync', 'network', 'sync_door', 'db', 'queries', 'i18n', 'device', 'api'),
          may('network', 'sync', 'sync_door'),
          may('queries', 'db', 'sync', 'sync_door', 'queries'),
          may('db', 'db', 'queries', 'sync', 'sync_door', 'device'),
          may('register', 'device'),
          may('sw', 'sw', 'register', 'db'),
          may('api', 'api', 'i18n'),
          may('ui', 'ui', 'i18n', 'device'),
          may('device', 'device', 'i18n'),
          may('i18n', 'i18n'),
        ],
      }],
    },
  },
  // Puts the real line in the village's place, to see that it is caught.
  { files: ['src/sync/testing/practice.test.ts'], rules: { 'boundaries/dependencies': 'off' } },
)
