/** The product's own mark: a house with an open door. */
import { drawIcon } from './drawIcon'

export const BrandHouse = drawIcon(['M4 11 12 4l8 7v9H4Z', 'M10 20v-6h4v6'])
