/** Two languages in forty lines: flat keys, one file per feature and language, loaded when the feature is opened. */
import { ref, shallowReactive } from 'vue'
import coreZh from './zh/core'
import lockZh from './zh/lock'

export type Locale = 'zh' | 'en'
export type Texts = Readonly<Record<string, string>>

const KEY = 'linli.locale'
const files = import.meta.glob<{ default: Texts }>(['./*/*.ts', '!./zh/core.ts', '!./zh/lock.ts'])
const loaded = shallowReactive(new Map<string, Texts>([['zh/core', coreZh], ['zh/lock', lockZh]]))
const wanted = new Set(['core'])
export const locale = ref<Locale>(readLocale())

/** The text of `feature.key`, with {name} filled in; English may write "one home|{n} homes" and {n} chooses. */
export function t(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  const dot = key.indexOf('.')
  const [feature, name] = [key.slice(0, dot), key.slice(dot + 1)]
  let text = loaded.get(`${locale.value}/${feature}`)?.[name] ?? loaded.get(`zh/${feature}`)?.[name] ?? key
  if (text.includes('|') && 'n' in values) text = text.split('|')[Number(values.n) === 1 ? 0 : 1] ?? text
  return text.replace(/\{(\w+)\}/g, (whole, word: string) => String(values[word] ?? whole))
}
/** Names in a row, parted as the present language parts them. */
export const listed = (names: readonly string[]): string => names.join(locale.value === 'zh' ? '、' : ', ')
/** Fetches the texts of these features in the present language; screens name theirs in `meta.texts`. */
export async function loadTexts(features: readonly string[]): Promise<void> {
  for (const feature of features) wanted.add(feature)
  await Promise.all([...wanted].map(async (feature) => {
    const id = `${locale.value}/${feature}`
    const file = files[`./${id}.ts`]
    if (!loaded.has(id) && file) loaded.set(id, (await file()).default)
  }))
}
export async function setLocale(next: Locale): Promise<void> {
  locale.value = next
  try { localStorage.setItem(KEY, next) } catch { /* private mode */ }
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en'
  await loadTexts([])
}
function readLocale(): Locale {
  try {
    const kept = localStorage.getItem(KEY)
    if (kept === 'zh' || kept === 'en') return kept
  } catch { /* private mode */ }
  return typeof navigator !== 'undefined' && /^en\b/.test(navigator.language) ? 'en' : 'zh'
}
