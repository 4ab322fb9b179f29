/** Starts the app; everything heavy is fetched by the screen that needs it. */
import { createApp } from 'vue'
import App from './app/App.vue'
import { router } from './app/router'
import { locale, setLocale } from './i18n'
import { registerWorker } from './sw/register'
import './ui/css/tokens.css'
import './ui/css/base.css'
import './ui/textSize'

void setLocale(locale.value)
createApp(App).use(router).mount('#app')
void registerWorker()
