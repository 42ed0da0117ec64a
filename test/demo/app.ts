/** The deployment that the demo runs. */
export const APP = 'my-openclaw'
