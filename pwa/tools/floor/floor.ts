/** Starts the page the bench measures the product beside. */
import { createApp } from 'vue'
import Floor from './Floor.vue'

createApp(Floor).mount('#app')
void navigator.serviceWorker.register('/sw.js')
