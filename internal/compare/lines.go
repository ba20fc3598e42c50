package compare

// maxCells bounds the table of the exact line comparison, about 4 MB. Larger
// texts are first cut at the lines that are unique in both.
const maxCells = 1 << 20

// line is one line of a line diff.
type line struct {
	op   byte // '-', '+' or ' '
	text string
}

// hunk is a run of changed lines with the unchanged ones around them.
type hunk struct {
	// start is the number of the first changed line in the new text, from 1.
	start int
	// first is the number of the first line shown, context included.
	first int
	lines []line
}

// diffLines compares two texts by line and keeps some unchanged lines around
// each change. Equal texts give no hunk.
func diffLines(a, b []string) []hunk {
	script := editScript(a, b)
	var hunks []hunk
	for i, number := 0, 1; i < len(script); {
		if script[i].op == ' ' {
			i, number = i+1, number+1
			continue
		}
		before := min(context, i)
		end := endOfHunk(script, i)
		hunks = append(hunks, hunk{start: number, first: number - before, lines: script[i-before : end]})
		for ; i < end; i++ {
			if script[i].op != '-' {
				number++
			}
		}
	}
	return hunks
}

// endOfHunk finds where the changes from i on are followed by so many unchanged
// lines that the next change is a hunk of its own.
func endOfHunk(script []line, i int) int {
	lastChange := i
	for k := i; k < len(script) && k-lastChange <= 2*context+1; k++ {
		if script[k].op != ' ' {
			lastChange = k
		}
	}
	return min(lastChange+context+1, len(script))
}

// editScript gives all lines of both texts, each kept, removed or added.
func editScript(a, b []string) []line {
	start := 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	script := mark(nil, ' ', a[:start])
	script = append(script, middle(a[start:len(a)-end], b[start:len(b)-end])...)
	return mark(script, ' ', a[len(a)-end:])
}

// middle compares what has neither a common start nor a common end.
func middle(a, b []string) []line {
	if len(a)*len(b) <= maxCells {
		return shortest(a, b)
	}
	anchors := uniqueCommon(a, b)
	if len(anchors) == 0 {
		return mark(mark(nil, '-', a), '+', b)
	}
	var script []line
	var done [2]int
	for _, at := range anchors {
		script = append(script, editScript(a[done[0]:at[0]], b[done[1]:at[1]])...)
		script = mark(script, ' ', a[at[0]:at[0]+1])
		done = [2]int{at[0] + 1, at[1] + 1}
	}
	return append(script, editScript(a[done[0]:], b[done[1]:])...)
}

// shortest finds the longest common subsequence by the textbook table.
func shortest(a, b []string) []line {
	width := len(b) + 1
	common := make([]int32, (len(a)+1)*width)
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i*width+j] = common[(i+1)*width+j+1] + 1
			} else {
				common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
			}
		}
	}
	var script []line
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			script = append(script, line{' ', a[i]})
			i, j = i+1, j+1
		case common[(i+1)*width+j] >= common[i*width+j+1]:
			script = append(script, line{'-', a[i]})
			i++
		default:
			script = append(script, line{'+', b[j]})
			j++
		}
	}
	return mark(mark(script, '-', a[i:]), '+', b[j:])
}

func mark(script []line, op byte, texts []string) []line {
	for _, text := range texts {
		script = append(script, line{op, text})
	}
	return script
}
