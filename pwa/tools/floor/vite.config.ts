import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [vue({ template: { compilerOptions: { hoistStatic: false, comments: false } } })],
  build: { target: 'es2022', emptyOutDir: true, modulePreload: { polyfill: false }, rollupOptions: { output: { entryFileNames: 'floor.js' } } },
})
