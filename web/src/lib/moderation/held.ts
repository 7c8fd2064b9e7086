/** Whether somebody is about to use what is in `list`: the pointer or the focus is there. A finger leaves no pointer behind. */
export const isHeld = (list: Element | undefined): boolean =>
  list !== undefined &&
  (list.matches(":focus-within") || (matchMedia("(hover: hover)").matches && list.matches(":hover")));
