// Returns what keeps somebody from reading or using the page, in a sentence each.
const problems = [];

const headings = [...document.querySelectorAll('h1, h2, h3, h4')].map(it => Number(it.tagName[1]));
if (headings.filter(level => level === 1).length !== 1) problems.push(`headings: ${headings}`);
headings.forEach((level, at) => {
    if (at > 0 && level > headings[at - 1] + 1) problems.push(`a level of headings is left out: ${headings}`);
});

for (const field of document.querySelectorAll('input:not([type=hidden]), textarea, meter')) {
    if (!field.labels.length) problems.push(`no label: ${field.outerHTML}`);
}
for (const it of document.querySelectorAll('a, button, summary')) {
    if (!(it.getAttribute('aria-label') ?? it.textContent).trim()) problems.push(`no name: ${it.outerHTML}`);
}
if (document.querySelector('[tabindex]:not([tabindex="0"])')) problems.push('an order of its own for the keyboard');

// Red, green, blue and opacity.
const numbers = color => {
    const [red, green, blue, opacity = 1] = color.match(/[\d.]+/g).map(Number);
    return [red, green, blue, opacity];
};
const over = (front, back) => front.map((it, at) => (at < 3 ? it * front[3] + back[at] * (1 - front[3]) : 1));
const ground = element => {
    if (!element) return [255, 255, 255, 1];
    const color = numbers(getComputedStyle(element).backgroundColor);
    return color[3] === 1 ? color : over(color, ground(element.parentElement));
};
// WCAG 2.2, "relative luminance" and "contrast ratio".
const luminance = color => {
    const linear = color.slice(0, 3).map(it => it / 255)
        .map(it => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};
const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
};
const check = (element, text, color) => {
    const back = ground(element);
    const ratio = contrast(over(numbers(color), back), back);
    if (ratio < 4.5) problems.push(`contrast of ${ratio.toFixed(2)}: ${text}`);
};

const closed = [...document.querySelectorAll('details:not([open])')];
closed.forEach(it => it.open = true);
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
let read = 0;
while (texts.nextNode()) {
    const [text, element] = [texts.currentNode.data.trim(), texts.currentNode.parentElement];
    if (!text || element.closest('.hidden, meter') || !element.checkVisibility()) continue;
    check(element, text, getComputedStyle(element).color);
    read += 1;
}
for (const field of document.querySelectorAll('[placeholder]')) {
    check(field, field.placeholder, getComputedStyle(field, '::placeholder').color);
}
for (const field of document.querySelectorAll('input:not([type=hidden]), textarea')) {
    const edge = contrast(numbers(getComputedStyle(field).borderTopColor), ground(field.parentElement));
    if (edge < 3) problems.push(`the edge of ${field.outerHTML}: ${edge.toFixed(2)}`);
}
if (document.documentElement.scrollWidth > innerWidth) problems.push('wider than its window with all unfolded');
closed.forEach(it => it.open = false);
if (read < 5) problems.push('there is next to no text');
return problems;
