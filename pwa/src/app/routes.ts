/** What a feature hands to the app: its screens and, for the desk, its place in the side bar. */
import type { RouteRecordRaw } from 'vue-router'
import type { Icon } from '@/ui/drawIcon'
import type { NavGroup } from '@/ui/sideBar'

export interface NavEntry {
  /** name of the route it opens */
  route: string
  icon: Icon
  /** key of the word, usually `nav.…` */
  text: string
  /** 10 today · 20 visits · 30 concerns · 40 mediation · 50 please look · 60 roster · 70 door codes · 80 volunteers · 90 surveys · 100 reports · 110 privacy · 120 settings */
  order: number
  /** the heading it stands under; left out = on top, `rare` = behind one entry at the end */
  group?: NavGroup
  /** roles that see it; left out = all who see the desk */
  roles?: readonly string[]
  /** key under which `setNavCount` gives its number */
  count?: string
}
export interface Feature {
  routes: RouteRecordRaw[]
  nav?: NavEntry[]
}

declare module 'vue-router' {
  interface RouteMeta {
    /** `public` anybody · `phone` the volunteer's own store, also offline · `user` any log-in · `committee` the desk. Left out = `user`. */
    access?: 'public' | 'phone' | 'user' | 'committee'
    /** roles beyond the access kind */
    roles?: readonly string[]
    /** text files the screen needs */
    texts?: readonly string[]
    /** key of the page's title in the browser */
    title?: string
    /** framed by the desktop's side bar */
    desk?: boolean
  }
}
