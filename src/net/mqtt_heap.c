/* SPDX-License-Identifier: Apache-2.0 */
/* Paho's heap and trace without their accounts: see mqtt_socket.h. */
#include <stdlib.h>

#include "mqtt_socket.h"

void *mymalloc(char *file, int line, size_t size)
{
	(void)file, (void)line;
	return malloc(size);
}

void *myrealloc(char *file, int line, void *block, size_t size)
{
	(void)file, (void)line;
	return realloc(block, size);
}

void myfree(char *file, int line, void *block)
{
	(void)file, (void)line;
	free(block);
}

int Heap_initialize(void)
{
	return 0;
}

void Heap_terminate(void)
{
}

void StackTrace_entry(const char *name, int line, int level)
{
	(void)name, (void)line, (void)level;
}

void StackTrace_exit(const char *name, int line, void *value, int level)
{
	(void)name, (void)line, (void)value, (void)level;
}
