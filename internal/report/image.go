package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/argoplan/argoplan/internal/compare"
)

// images lists the images that an Application's modified resources take in or
// give up. What comes or goes with its whole resource is a change of that.
func images(a Application) (list []Image) {
	for _, c := range a.Changes {
		if c.Action != compare.Modify {
			continue
		}
		before, after := containers(baseOf(c)), containers(headOf(c))
		for _, name := range union(before, after) {
			if before[name] == after[name] {
				continue
			}
			key := imageChange(before[name], after[name])
			_, container, _ := strings.Cut(name, "\x00")
			where := strings.Join([]string{a.Namespace + "/" + a.Name, titleOf(c), container}, " ")
			list = append(list, Image{Name: key.name, From: key.from, To: key.to, Where: []string{where}})
		}
	}
	return list
}

// joinImages lists the same change of an image once, with all its places.
func joinImages(parts []Part) []Image {
	found := map[imageKey]*Image{}
	for _, p := range parts {
		for _, i := range p.Images {
			key := imageKey{i.Name, i.From, i.To}
			if found[key] == nil {
				found[key] = &Image{Name: i.Name, From: i.From, To: i.To}
			}
			found[key].Where = append(found[key].Where, i.Where...)
		}
	}
	list := make([]Image, 0, len(found))
	for _, image := range found {
		slices.Sort(image.Where)
		image.Where = slices.Compact(image.Where)
		list = append(list, *image)
	}
	slices.SortFunc(list, func(a, b Image) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return list
}

// imageKey tells changes of images apart.
type imageKey struct{ name, from, to string }

// imageChange names tags alone if the image is the same, whole references
// otherwise.
func imageChange(before, after string) imageKey {
	name, from := reference(before)
	other, to := reference(after)
	if before != "" && after != "" && name != other {
		return imageKey{other, before, after}
	}
	return imageKey{cmp.Or(other, name), from, to}
}

// reference splits an image into its name and its tag, digest or both. Without
// any, the tag is latest.
func reference(image string) (name, version string) {
	if image == "" {
		return "", ""
	}
	name, digest, _ := strings.Cut(image, "@")
	if i := strings.LastIndex(name, ":"); i > strings.LastIndex(name, "/") {
		name, version = name[:i], name[i+1:]
	}
	switch {
	case digest != "" && version != "":
		return name, version + "@" + digest
	case digest != "":
		return name, digest
	}
	return name, cmp.Or(version, "latest")
}

// containers finds every container of an object, at any depth, so that custom
// resources with a pod template count, too. The keys hold the path, a zero
// byte and the container's name.
func containers(o object) map[string]string {
	found := map[string]string{}
	collectImages(found, nil, map[string]any(o))
	return found
}

// collectImages looks below a path of keys and names.
func collectImages(found map[string]string, path []string, value any) {
	switch v := value.(type) {
	case map[string]any:
		below := path // in the same memory for each key: nothing keeps it
		for key, entry := range v {
			below = append(below[:len(path)], key)
			if list, ok := entry.([]any); ok && (key == "containers" || key == "initContainers") {
				addImages(found, below, list)
			}
			collectImages(found, below, entry)
		}
	case []any:
		for _, entry := range v {
			m, _ := entry.(map[string]any)
			collectImages(found, append(path, object(m).text("name")), entry)
		}
	}
}

func addImages(found map[string]string, path []string, list []any) {
	for _, entry := range list {
		m, _ := entry.(map[string]any)
		if c := object(m); c.text("image") != "" {
			found["."+strings.Join(path, ".")+"\x00"+c.text("name")] = c.text("image")
		}
	}
}

func union(a, b map[string]string) []string {
	var keys []string
	for _, m := range []map[string]string{a, b} {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
