/**
 * The one door to the engine that works a sheet of questions out (ODK's xforms-engine). Everything a screen needs is
 * plain data; only this file, loaded when a committee has questions of its own, knows the engine.
 */
import { createInstance } from '@getodk/xforms-engine'
import type { GroupNode, RootNode, SelectItem, SelectNode } from '@getodk/xforms-engine'

export type OwnKind = 'group' | 'note' | 'text' | 'integer' | 'decimal' | 'date' | 'one' | 'many'
export interface OwnAsked {
  name: string
  kind: OwnKind
  label: string
  hint: string | null
  choices: { id: string; label: string }[]
  required: boolean
  value: string | string[]
  /** Something is there that does not fit. */
  odd: boolean
  /** The sheet's own sentence about it, where it has one. */
  why: string | null
}
export type OwnAnswers = Record<string, string | number | string[]>

type Node = RootNode['currentState']['children'][number]
type Asked = Exclude<Node, GroupNode>
const META = '/data/meta'
const NUMBERS: Partial<Record<OwnKind, RegExp>> = { integer: /^-?\d{1,15}$/, decimal: /^-?\d{1,12}(\.\d{1,6})?$/ }
const MOST_TEXT = 500

export interface OwnSheet {
  /** What is asked now, in the order of the sheet. */
  list(): OwnAsked[]
  put(name: string, value: string | string[]): void
  /** Every answer to what is asked now. What is hidden is no answer. */
  answers(): OwnAnswers
  speak(language: 'zh' | 'en'): void
}

export async function openSheet(xform: string, language: 'zh' | 'en', given: OwnAnswers = {}): Promise<OwnSheet> {
  const root = (await createInstance(xform)).root
  /** What was typed and is no number: shown as it is, and no answer. */
  const typed = new Map<string, string>()
  const sheet: OwnSheet = {
    list: () => asked(root).map((node) => line(node, typed)),
    put(name, value) {
      const node = all(root).find((one) => nameOf(one) === name)
      if (node) set(node, value, typed)
    },
    answers() {
      const said: OwnAnswers = {}
      for (const node of asked(root)) {
        const value = typed.has(nameOf(node)) ? null : answer(node)
        if (value !== null) said[nameOf(node)] = value
      }
      return said
    },
    speak(next) {
      const found = root.languages.find((one) => one.language.includes(`(${next})`))
      if (found && !found.isSyntheticDefault) root.setLanguage(found)
    },
  }
  sheet.speak(language)
  for (const [name, value] of Object.entries(given)) sheet.put(name, Array.isArray(value) ? value : String(value))
  return sheet
}

const nameOf = (node: Node): string => node.currentState.reference.split('/').at(-1) ?? ''
function all(parent: RootNode | GroupNode): Node[] {
  return parent.currentState.children
    .filter((node) => !node.currentState.reference.startsWith(META))
    .flatMap((node) => (node.nodeType === 'group' ? [node, ...all(node as GroupNode)] : [node]))
}
const asked = (root: RootNode): Node[] => all(root).filter((node) => node.currentState.relevant)

function kindOf(node: Node): OwnKind | null {
  if (node.nodeType === 'group') return 'group'
  if (node.nodeType === 'note') return 'note'
  if (node.nodeType === 'select') return node.selectType === 'select1' ? 'one' : 'many'
  if (node.nodeType !== 'input') return null
  return node.valueType === 'int' ? 'integer' : node.valueType === 'decimal' ? 'decimal' : node.valueType === 'date' ? 'date' : 'text'
}
function set(node: Node, value: string | string[], typed: Map<string, string>): void {
  const kind = kindOf(node)
  typed.delete(nameOf(node))
  if (node.nodeType === 'select') {
    const known = node.currentState.valueOptions.map((one: SelectItem) => one.value)
    node.selectValues((Array.isArray(value) ? value : value === '' ? [] : [value]).filter((one) => known.includes(one)))
  } else if (node.nodeType === 'input' && kind !== null) {
    const said = (Array.isArray(value) ? value.join(' ') : value).slice(0, MOST_TEXT)
    const fits = said === '' || (NUMBERS[kind]?.test(said) ?? true)
    if (!fits) typed.set(nameOf(node), said)
    write(node, fits ? said : '')
  }
}
/** The engine reads text into each of its kinds; its types name the widest of them. */
function write(node: Extract<Asked, { nodeType: 'input' }>, value: string): void {
  (node.setValue as (value: string) => unknown).call(node, value)
}
function raw(node: Node): string {
  return 'instanceValue' in node.currentState ? String(node.currentState.instanceValue) : ''
}
function answer(node: Node): string | number | string[] | null {
  if (node.nodeType === 'select') {
    const chosen = [...(node as SelectNode).currentState.value]
    return chosen.length === 0 ? null : node.selectType === 'select1' ? chosen[0]! : chosen
  }
  if (node.nodeType !== 'input' && node.nodeType !== 'model-value') return null
  const said = raw(node).trim()
  if (said === '' || said === 'NaN') return null
  const kind = kindOf(node)
  return kind === 'integer' ? Number(said) : kind === 'date' ? said.slice(0, 10) : said.slice(0, MOST_TEXT)
}
function line(node: Node, typed: Map<string, string>): OwnAsked {
  const name = nameOf(node)
  const kind = kindOf(node)
  const wrong = typed.get(name)
  const violation = 'violation' in node.validationState ? node.validationState.violation : null
  const broken = violation?.condition === 'constraint'
  const state = node.currentState
  return {
    name, kind: kind ?? 'note', label: state.label?.asString.trim() ?? '', hint: state.hint?.asString.trim() || null,
    choices: node.nodeType === 'select' ? node.currentState.valueOptions.map((one: SelectItem) => ({ id: one.value, label: one.label.asString })) : [],
    required: state.required,
    value: wrong ?? (node.nodeType === 'select' ? [...node.currentState.value] : kind === 'date' ? raw(node).slice(0, 10) : raw(node)),
    odd: broken || wrong !== undefined,
    why: broken ? (violation.message?.asString.trim() || null) : null,
  }
}
