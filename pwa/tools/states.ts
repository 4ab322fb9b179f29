/** Every part in every state on one page, to be looked at beside the drawing. Built apart from the app. */
import { createApp } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import '@/ui/css/tokens.css'
import '@/ui/css/base.css'
import '@/ui/desk/desk.css'
import States from './States.vue'

createApp(States).use(createRouter({ history: createMemoryHistory(), routes: [{ path: '/:all(.*)*', component: { template: '' } }] })).mount('#app')
