/** The action that saves an edited object; its view is the editor, which gives it the text. */
export const editAction = "kubernetes.edit";
