/// <reference types="vite/client" />
declare const __APP_VERSION__: string

declare module 'icon:*' {
  import type { Icon } from '@/ui/drawIcon'
  const icon: Icon
  export default icon
}
