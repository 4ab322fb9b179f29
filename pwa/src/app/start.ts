/** Everything that is not the lock: the router with its screens, and the worker that keeps the app's files. */
import { watch, type App } from 'vue'
import { known, session } from '@/api/session'
import { practising } from '@/device/practising'
import { askedFor, registerWorker } from '@/sw/register'
import AppFrame from './AppFrame.vue'
import UpdateBar from './UpdateBar.vue'
import { parts } from './parts'
import { unkept } from './unkept'
import { router } from './router'

export function start(app: App): void {
  app.use(router)
  parts.value = { frame: AppFrame, bar: UpdateBar, unkept }
  watch(askedFor, (url) => {
    if (url && practising) location.assign(url)
    else if (url) void router.push(url)
    askedFor.value = null
  })
  // A resident's phone is asked for nothing it does not need: the worker comes with the first log-in.
  if (known() || practising) void registerWorker()
  else watch(() => session.user, (user) => { if (user) void registerWorker() })
}
