/** Whether and how this browser can put the app on the home screen. */
import { ref, shallowRef } from 'vue'

interface InstallPrompt extends Event { prompt(): Promise<void>; userChoice: Promise<{ outcome: 'accepted' | 'dismissed' }> }

const offer = shallowRef<InstallPrompt | null>(null)
export const installed = ref(globalThis.matchMedia?.('(display-mode: standalone)').matches ?? false)
export const canAsk = offer

export function listenForInstall(): void {
  window.addEventListener('beforeinstallprompt', (event) => { event.preventDefault(); offer.value = event as InstallPrompt })
  window.addEventListener('appinstalled', () => { installed.value = true; offer.value = null })
}
export async function askInstall(): Promise<void> {
  const prompt = offer.value
  offer.value = null
  await prompt?.prompt()
}
