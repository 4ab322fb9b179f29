/** Draws an outline icon from its path data; icons are always decoration, the word beside them carries the meaning. */
import { h, type FunctionalComponent } from 'vue'

export type IconSize = 's' | 'm' | 'l' | 'xl'
export type Icon = FunctionalComponent<{ size?: IconSize }>

export function drawIcon(paths: readonly string[]): Icon {
  const icon: Icon = (props) =>
    h('svg', { class: ['i', props.size], viewBox: '0 0 24 24', 'aria-hidden': 'true' }, paths.map((d) => h('path', { d })))
  icon.props = ['size']
  return icon
}
