/** Elements, made and changed. Text is always set as text: nothing that comes from the API is ever markup. */

const SVG = 'http://www.w3.org/2000/svg';

/** @typedef {Node | string | undefined} Child what is undefined is left out */

/**
 * Creates an element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly Child[]} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * Creates an element of a picture.
 *
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} tag
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly Child[]} children
 * @returns {SVGElementTagNameMap[T]}
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly Child[]} children
 * @returns {E}
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * The element of the page with this id.
 *
 * @template {HTMLElement} E
 * @param {string} id
 * @param {new () => E} type what it is
 * @returns {E}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new TypeError(`page.html has no ${type.name} #${id}`);
}

/**
 * Sets a text where it is another: what is not touched keeps its focus, its selection and the peace of a
 * screen reader.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Replaces the content where it says something else now. A link that has the focus keeps it.
 *
 * @param {Element} element
 * @param {readonly Child[]} children
 */
export function setContent(element, ...children) {
  const next = el('div', {}, ...children);
  if (next.innerHTML === element.innerHTML) return;
  const { activeElement } = document;
  const href = element.contains(activeElement) ? activeElement?.getAttribute('href') : undefined;
  element.replaceChildren(...next.childNodes);
  if (typeof href !== 'string') return;
  /** @type {HTMLElement | null} */
  const again = element.querySelector(`[href="${CSS.escape(href)}"]`);
  again?.focus({ preventScroll: true });
}
