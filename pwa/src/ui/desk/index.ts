/** The desk's parts. Import them only from screens in a feature's `desk/` folder, so that phones never load them. */
export { default as DeskPage } from './DeskPage.vue'
export { default as UiPanel } from './UiPanel.vue'
export { default as UiTable, type Column } from './UiTable.vue'
export { setNavCount } from './counts'
export { default as UiGiveSheet } from './UiGiveSheet.vue'
export { default as UiRefused, type Refused } from './UiRefused.vue'
export { default as UiListTools } from './UiListTools.vue'
export { default as UiPhotoStrip } from './UiPhotoStrip.vue'
