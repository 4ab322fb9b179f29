/** Stretches one PIN off the page's thread; the page ends it with its answer, and the memory goes with it. */
import { argon2 } from './argon2'
import type { Task } from './argon2'

addEventListener('message', (event: MessageEvent<Task>) => {
  argon2(event.data).then((key) => postMessage(key), (thrown: unknown) => postMessage(String(thrown)))
})
