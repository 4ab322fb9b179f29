/** What comes after the lock's first picture: the frame around the screens, set once it is here. */
import { ref, shallowRef, type Component } from 'vue'

export const parts = shallowRef<{ frame: Component; bar: Component; unkept: (thrown: unknown) => boolean } | null>(null)
/** A screen broke while it was drawn. */
export const broken = ref(false)
