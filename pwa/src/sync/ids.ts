/**
 * UUIDv7: ids made on the phone that sort by the time they were made. Their time is for
 * locality in indexes only; nobody may read it as a fact.
 */
let lastMs = 0
let counter = 0

export function uuid7(wallMs: number, random: Uint8Array = crypto.getRandomValues(new Uint8Array(10))): string {
  // Within one millisecond, and when the clock steps back a little, the 12-bit counter keeps the order.
  if (wallMs > lastMs || lastMs - wallMs > 10_000) {
    lastMs = wallMs
    counter = ((random[0] as number) << 3) & 0x7ff
  } else if (++counter > 0xfff) {
    lastMs += 1
    counter = 0
  }
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, Math.floor(lastMs / 0x10000))
  view.setUint16(4, lastMs % 0x10000)
  view.setUint16(6, 0x7000 | counter)
  bytes.set(random.subarray(2, 10), 8)
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  let text = ''
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += (bytes[i] as number).toString(16).padStart(2, '0')
  }
  return text
}
