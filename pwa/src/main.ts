/** Starts the app: the lock first where there is one, then the rest; everything heavy is fetched by the screen that needs it. */
import { createApp } from 'vue'
import App from './app/App.vue'
import { broken } from './app/parts'
import { expectLock } from './app/shut'
import { loadTexts, locale, setLocale } from './i18n'
import { afterPicture } from './device/idle'
import { practising, shutIn } from './device/practising'
import { listenForInstall } from './device/install'
import './ui/css/tokens.css'
import './ui/css/base.css'
import './ui/textSize'

if (practising) shutIn()
const app = createApp(App)
const lock = expectLock(location.pathname)
void setLocale(locale.value)
listenForInstall()
void begin()

async function begin(): Promise<void> {
  // Only Chinese words travel with the lock; in another language it waits for its own.
  if (lock && locale.value !== 'zh') await loadTexts(['lock'])
  app.mount('#app')
  if (lock) await afterPicture()
  try {
    const { start } = await import('./app/start')
    start(app)
  } catch (thrown) {
    console.warn(thrown)
    broken.value = true
  }
}
