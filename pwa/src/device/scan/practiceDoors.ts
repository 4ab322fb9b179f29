/**
 * The door codes of the practice village, drawn: nobody has them printed, so the scan screen holds a picture of one before
 * the real reader. `modules` are the squares of the code row by row (level Q, as stickers are printed); the server's tests
 * compare them with what the printer of stickers makes of the same text.
 */
import { readScan } from './doorText'

/** The address in these codes is nobody's, so that no real one can be taken for one of them, on whichever server one practises. */
export const HOST = 'practice'
const SIDE = 33
const QUIET = 4
export const DOORS: readonly { token: string; modules: string }[] = [
  { token: 'practice-village-door1', modules: 'fe72e63fc15fdd506e92018bb7547595dbaa5402ec12239907faaaaafe01e804005edfc96d7efafb871d92e2d3f310c4126d29f51b11a73dce9038c068b0f814108daa8c63fc6e072f3579ac1445a7b8545df0b4fa094688c008f2aac7fcef60faf03ecb2f8bfd007734453f92deea9053b171ebab269f8dd72c2a86e833c66f0506b4fffe65199c0' },
  { token: 'practice-village-door2', modules: 'fe32e63fc12ac1106e8e13cbb758f0c5dba2bd22ec17688507faaaaafe01e57500625d80346eafaed27fdbc641b39f1863a46ddd1b148e04098caaa94c238b6345d8c3a8f1b528397ef27bb48c45bb0993418733769b08e9c85da70e53b5ca7aba3722ca3f8bfd00502844ff96c4abb0466c31bba745bf9dd3ae36f6ea15e66f051ae538fe6750b88' },
  { token: 'practice-village-door3', modules: 'fe07213fc10edd506ead9debb74e1825dbadb952ec175d4107faaaaafe0024fb004abc475a1e4ab2a394a1c8794995e080252e216ad126adce936a95afadf3b3cbe0ffc836a95cde628380c78a7d588fa7a20e3c24eaccecac9ab8c8295644217bb91af65e4cf9005534453f8ddaab5044d8d13baab5cfddd206f1eae82925e105f96b00fe0697a48' },
  { token: 'practice-village-door4', modules: 'fe443d3fc150e5906ea9c8abb7481455dba7f64aec12481507faaaaafe00c3e7007617ed83668b3c9b5981abf76abf4a2a8b70b0adce0a9a40aabd84faf8aac00cfc3ac5476e0c8917d6e3d1329ece9f966514b6264065e65c793429c36ea6e9e113b0a79850f8805b2cc6bf801fea105b84b1fba51adfadd7c2a4beeae88bd9051c4771fe3c3d0e0' },
  { token: 'practice-village-door5', modules: 'fe803d3fc11e53506e92a50bb740c455dbaa5892ec1561a107faaaaafe00573c007f6a5b18e6a93c9b67aef09ac8163cf1ebf450adc908992d1d9e362194eaf30cfcae0f2ad8e41fccbb60c1ba9ed80cf7d3c1e8b32dd6ef497936baecd87d38187e06878850f880749a45ffa3e26ad05708b1fbaa400fc5d5761266eaecabd905aa9c1cfe418bd50' },
  { token: 'practice-village-door6', modules: 'fec03d3fc12c53506e8a250bb7491455dba8f892ec15eda107faaaaafe00463c007f7a5b18a2a93c9b57aef09ad91efcf1e2b078adcb2dd12d1d9e162194c8d10cfc8e0f2ad8e43decbb62d9229ed88cf7d3c4261b2dd5cb1479363aead87d3a297e06869850f880549a45ffa36a6ad05780b1fbac6a0fc5d4331266eaca8bd905aabc1cfe518bd50' },
  { token: 'practice-village-door7', modules: 'fe43213fc12cdd506ea41debb746d825dbac9152ec17914107faaaaafe0015fb004aad475a1a68b2a3a7b94879511d20802528e96ad20731ce93e8f1afad9093cbe0dfd936a958fe628382c7927d4903e7a20bf224eacd4c399ab84a4b5644417ab91ad74f4cf9007514453f95c2ab504c10d13baaf7cfddd3d2f1eae82d25e105db7b00fe0697a48' },
  { token: 'practice-village-door8', modules: 'fe003d3fc141e5906eb848abb7414455dba4f64aec12041507faaaaafe00c0e7007617ed83268b3c9b59902bf77bb70a2a82b2b0adcd0a9e40aabfa0faf8ead00cfc3bd4476e08a937d6e2c0229ec713d66510f0ea40656bcd7934ade36ea6abc213b0a68850f8805b2cc6bf910fea105b0cb1fba33adfadd757a4beeaaa8bd9052f5771fe3c2d0e0' },
]

/** The token in a scanned text when it is one of the village's codes. */
export function practiceToken(text: string): string | null {
  const read = readScan(text, HOST)
  return read.kind === 'token' ? read.token : null
}
/** Draws one of the doors with its sticker, and answers the picture. */
export function drawDoor(canvas: HTMLCanvasElement, which: number): ImageData | null {
  const door = DOORS[which] ?? DOORS[0]
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!door || !pen) return null
  canvas.width = canvas.height = 480
  pen.fillStyle = '#6d4d36'
  pen.fillRect(0, 0, 480, 480)
  const module = 6
  const edge = (SIDE + 2 * QUIET) * module
  const at = Math.round((480 - edge) / 2)
  const up = at - 32 // where the frame on the screen is
  pen.fillStyle = '#fff'
  pen.fillRect(at, up, edge, edge)
  pen.fillStyle = '#000'
  for (let n = 0; n < SIDE * SIDE; n += 1) {
    if (Number.parseInt(door.modules[n >> 2] ?? '0', 16) >> (3 - (n & 3)) & 1) pen.fillRect(at + (QUIET + n % SIDE) * module, up + (QUIET + Math.floor(n / SIDE)) * module, module, module)
  }
  return pen.getImageData(0, 0, 480, 480)
}
