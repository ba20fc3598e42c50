package tree

// Paths name a part of a tree.
type Paths struct {
	// All is everything; the others don't count then.
	All bool
	// Names are of files, or of directories, which stand for all below them. They
	// may be missing. Globs are as doublestar has them.
	Names, Globs []string
}
