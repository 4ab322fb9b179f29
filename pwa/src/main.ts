/** Starts the app; everything heavy is fetched by the screen that needs it. */
import { createApp, watch } from 'vue'
import App from './app/App.vue'
import { known, session } from './api/session'
import { router } from './app/router'
import { locale, setLocale } from './i18n'
import { listenForInstall } from './device/install'
import { registerWorker } from './sw/register'
import './ui/css/tokens.css'
import './ui/css/base.css'
import './ui/textSize'

void setLocale(locale.value)
createApp(App).use(router).mount('#app')
// A resident's phone is asked for nothing it does not need: the worker comes with the first log-in.
if (known()) void registerWorker()
else watch(() => session.user, (user) => { if (user) void registerWorker() })
listenForInstall()
