/** Our own drawings: the mark, a house with an open door, and the way back. */
import { drawIcon } from './drawIcon'

export const BrandHouse = drawIcon(['M4 11 12 4l8 7v9H4Z', 'M10 20v-6h4v6'])
export const BackArrow = drawIcon(['M15 4l-8 8l8 8'])
