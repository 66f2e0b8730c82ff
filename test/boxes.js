'use strict';
// What a page looks like, measured: run in the page by test/browser.js. window.lookAtBoxes() tells what is cut, what lies
// on something else, and what is wider than its place.

// The boxes of all text that can be seen, each with the text and the element.
function visibleText(root) {
    const boxes = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!node.textContent.trim() || ['STYLE', 'TITLE', 'SCRIPT', 'title', 'desc'].includes(element.localName) || element.closest('title, desc, caption, style')
            || (element.closest('details:not([open])') && !element.closest('summary'))) {
            continue;
        }
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
            if (box.width > 0.5 && box.height > 0.5) {
                boxes.push({ left: box.left, right: box.right, top: box.top, bottom: box.bottom, text: node.textContent.trim().slice(0, 40), element });
            }
        }
    }
    return boxes;
}

// The part of a box that the scrolling boxes around it show; null if nothing of it is to be seen.
function shownPart(box) {
    const shown = { ...box };
    for (let around = box.element.closest('.scroll'); around; around = around.parentElement.closest('.scroll')) {
        const clip = around.getBoundingClientRect();
        if (getComputedStyle(around).overflowX !== 'visible') {
            shown.left = Math.max(shown.left, clip.left);
            shown.right = Math.min(shown.right, clip.right);
        }
    }
    return shown.right - shown.left > 1 ? shown : null;
}

// Texts that lie on one another by more than the rounding of lines.
function overlapsOf(boxes) {
    const found = [];
    const sorted = [...boxes].sort((one, other) => one.top - other.top);
    sorted.forEach((box, position) => {
        for (let next = position + 1; next < sorted.length && sorted[next].top < box.bottom - 3; next += 1) {
            const other = sorted[next];
            const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
            if (across > 1.5 && other.element !== box.element && !box.element.contains(other.element) && !other.element.contains(box.element)) {
                found.push(`${box.text} / ${other.text}`);
            }
        }
    });
    return found;
}

// Text that is not wholly within the cell, tile or drawing that it stands in.
function cutOf(boxes) {
    return boxes.filter((box) => {
        const holder = box.element.closest('td, th, .tiles > div, .steps > div, svg, li, p, figcaption');
        const within = holder?.getBoundingClientRect();
        return within && (box.left < within.left - 1.5 || box.right > within.right + 1.5);
    }).map(({ text }) => text);
}

window.lookAtBoxes = () => {
    const all = visibleText(document.body);
    const boxes = all.map(shownPart).filter(Boolean);
    const scrolling = [...document.querySelectorAll('.scroll')].filter((box) => box.clientWidth > 0 && box.scrollWidth > box.clientWidth + 1);
    return {
        texts: boxes.length,
        width: document.documentElement.scrollWidth,
        outside: boxes.filter(({ left, right }) => left < -1 || right > document.documentElement.clientWidth + 1).map(({ text }) => text),
        overlaps: overlapsOf(boxes),
        cut: cutOf(all),
        scrolling: scrolling.map((box) => box.getAttribute('aria-label')),
        unmarked: scrolling.filter((box) => getComputedStyle(box).overflowX !== 'auto' || !getComputedStyle(box).backgroundImage.includes('gradient'))
            .map((box) => box.getAttribute('aria-label')),
        smallest: Math.min(...boxes.map(({ element }) => parseFloat(getComputedStyle(element).fontSize))),
    };
};
