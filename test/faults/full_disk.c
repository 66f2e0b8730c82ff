/*
 * full_disk.c
 *		A disk that is full while a file says so: preloaded into a server (LD_PRELOAD), writes that would make a file longer fail with
 *		ENOSPC if the path of the file matches. FULL_DISK names the file; what it holds is a part of the paths, such as "/pg_wal/".
 */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * Is there no room for a file to become that long?
 */
static int
is_full(int file, off_t length)
{
	const char *name = getenv("FULL_DISK");
	char		part[256];
	char		link[64];
	char		path[4096];
	struct stat status;
	FILE	   *says = name ? fopen(name, "r") : NULL;
	ssize_t		size;

	if (says == NULL)
		return 0;
	size = fread(part, 1, sizeof(part) - 1, says);
	fclose(says);
	part[size < 0 ? 0 : size] = '\0';
	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	size = readlink(link, path, sizeof(path) - 1);
	if (part[0] == '\0' || size < 0 || fstat(file, &status) != 0 || length <= status.st_size)
		return 0;
	path[size] = '\0';
	return strstr(path, part) != NULL;
}

static ssize_t
refuse(void)
{
	errno = ENOSPC;
	return -1;
}

ssize_t
pwrite64(int file, const void *bytes, size_t count, off64_t offset)
{
	ssize_t		(*real) (int, const void *, size_t, off64_t) = (ssize_t (*) (int, const void *, size_t, off64_t)) dlsym(RTLD_NEXT, "pwrite64");

	return is_full(file, offset + count) ? refuse() : real(file, bytes, count, offset);
}

ssize_t
pwrite(int file, const void *bytes, size_t count, off_t offset)
{
	return pwrite64(file, bytes, count, offset);
}

ssize_t
pwritev64(int file, const struct iovec *parts, int number, off64_t offset)
{
	ssize_t		(*real) (int, const struct iovec *, int, off64_t) = (ssize_t (*) (int, const struct iovec *, int, off64_t)) dlsym(RTLD_NEXT, "pwritev64");
	size_t		count = 0;

	for (int i = 0; i < number; i++)
		count += parts[i].iov_len;
	return is_full(file, offset + count) ? refuse() : real(file, parts, number, offset);
}

ssize_t
pwritev(int file, const struct iovec *parts, int number, off_t offset)
{
	return pwritev64(file, parts, number, offset);
}

int
posix_fallocate64(int file, off64_t offset, off64_t length)
{
	int			(*real) (int, off64_t, off64_t) = (int (*) (int, off64_t, off64_t)) dlsym(RTLD_NEXT, "posix_fallocate64");

	return is_full(file, offset + length) ? ENOSPC : real(file, offset, length);
}

int
posix_fallocate(int file, off_t offset, off_t length)
{
	return posix_fallocate64(file, offset, length);
}
